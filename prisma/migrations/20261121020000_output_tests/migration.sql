-- AlterTable
ALTER TABLE "Output" ADD COLUMN     "lastTest" JSONB,
ADD COLUMN     "lastTestAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "WebhookDelivery_outputId_createdAt_idx" ON "WebhookDelivery"("outputId", "createdAt");
