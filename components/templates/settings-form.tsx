"use client";

import { AudioSection } from "#components/templates/audio-section.tsx";
import { DeliverySection } from "#components/templates/delivery-section.tsx";
import { EncryptionSection } from "#components/templates/encryption-section.tsx";
import { PictureSection } from "#components/templates/picture-section.tsx";
import { QualitySection } from "#components/templates/quality-section.tsx";
import { RateSection } from "#components/templates/rate-section.tsx";
import { SubtitlesSection } from "#components/templates/subtitles-section.tsx";
import { ThumbnailsSection } from "#components/templates/thumbnails-section.tsx";
import { VideoSection } from "#components/templates/video-section.tsx";
import { WatermarksSection } from "#components/templates/watermarks-section.tsx";

/** Every option of a template in sections; those that mean nothing for its container and codec are not there. */
export function SettingsForm() {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <DeliverySection />
      <VideoSection />
      <RateSection />
      <PictureSection />
      <WatermarksSection />
      <AudioSection />
      <SubtitlesSection />
      <ThumbnailsSection />
      <EncryptionSection />
      <QualitySection />
    </div>
  );
}
