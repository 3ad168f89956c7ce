-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "replacedAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "Job_projectId_primaryPath_idx" ON "Job"("projectId", "primaryPath");
