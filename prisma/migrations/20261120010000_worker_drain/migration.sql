-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "drainRequestedAt" TIMESTAMPTZ(3),
ADD COLUMN     "sandboxReason" TEXT NOT NULL DEFAULT '';

-- CreateIndex
CREATE INDEX "Task_finishedAt_idx" ON "Task"("finishedAt");

-- CreateIndex
CREATE INDEX "Task_workerId_idx" ON "Task"("workerId");
