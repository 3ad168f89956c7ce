/** The parts that the media tests use of two parsers which ship no types. */

declare module "m3u8-parser" {
  type Playlist = {
    uri: string;
    attributes: Record<string, string | number> & { RESOLUTION: { width: number; height: number } };
  };
  export class Parser {
    push(text: string): void;
    end(): void;
    readonly manifest: {
      playlists: Playlist[];
      mediaGroups: {
        AUDIO: Record<string, Record<string, { uri: string; language?: string; default?: boolean }>>;
        SUBTITLES: Record<
          string,
          Record<string, { uri: string; language?: string; forced?: boolean; characteristics?: string }>
        >;
      };
      segments: { uri: string; duration: number; map?: { uri: string } }[];
      endList?: boolean;
      playlistType?: string;
      targetDuration?: number;
    };
  }
}

declare module "mpd-parser" {
  export type DashPlaylist = {
    attributes: { CODECS?: string; BANDWIDTH?: number; RESOLUTION?: { width: number; height: number } };
    segments: { resolvedUri: string; duration: number; map: { resolvedUri: string } }[];
  };
  export function parse(
    text: string,
    options: { manifestUri: string },
  ): {
    duration: number;
    playlists: DashPlaylist[];
    mediaGroups: {
      AUDIO: Record<string, Record<string, { language?: string; playlists: DashPlaylist[] }>>;
    };
  };
}
