-- CreateEnum
CREATE TYPE "ChunkStatus" AS ENUM ('waiting', 'running', 'done');

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "storeId" UUID;

-- CreateTable
CREATE TABLE "ChunkRun" (
    "id" UUID NOT NULL,
    "taskId" UUID NOT NULL,
    "fence" INTEGER NOT NULL,
    "storeId" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChunkRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Chunk" (
    "runId" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "status" "ChunkStatus" NOT NULL DEFAULT 'waiting',
    "claim" INTEGER NOT NULL DEFAULT 0,
    "workerId" UUID,
    "isLent" BOOLEAN NOT NULL DEFAULT false,
    "claimedAt" TIMESTAMPTZ(3),
    "heartbeatAt" TIMESTAMPTZ(3),
    "percent" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "fps" DOUBLE PRECISION,
    "speed" DOUBLE PRECISION,

    CONSTRAINT "Chunk_pkey" PRIMARY KEY ("runId","index")
);

-- CreateIndex
CREATE INDEX "ChunkRun_taskId_idx" ON "ChunkRun"("taskId");

-- CreateIndex
CREATE INDEX "Chunk_workerId_idx" ON "Chunk"("workerId");

-- AddForeignKey
ALTER TABLE "ChunkRun" ADD CONSTRAINT "ChunkRun_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Chunk" ADD CONSTRAINT "Chunk_runId_fkey" FOREIGN KEY ("runId") REFERENCES "ChunkRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Chunk" ADD CONSTRAINT "Chunk_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "Worker"("id") ON DELETE SET NULL ON UPDATE CASCADE;
