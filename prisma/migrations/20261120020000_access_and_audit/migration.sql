-- CreateEnum
CREATE TYPE "InviteKind" AS ENUM ('invite', 'reset');

-- CreateEnum
CREATE TYPE "AuditActorKind" AS ENUM ('user', 'key', 'nobody');

-- CreateTable
CREATE TABLE "Invite" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "kind" "InviteKind" NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "userId" UUID,
    "tokenHash" TEXT NOT NULL,
    "createdByUserId" UUID,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "withdrawnAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invite_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditLog" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorKind" "AuditActorKind" NOT NULL,
    "actorId" UUID,
    "actorName" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "objectKind" TEXT NOT NULL,
    "objectId" UUID,
    "objectName" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "source" "Trigger" NOT NULL,
    "address" TEXT NOT NULL,

    CONSTRAINT "AuditLog_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Invite_tokenHash_key" ON "Invite"("tokenHash");

-- CreateIndex
CREATE INDEX "Invite_projectId_createdAt_idx" ON "Invite"("projectId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "Invite_userId_idx" ON "Invite"("userId");

-- CreateIndex
CREATE INDEX "Invite_createdByUserId_idx" ON "Invite"("createdByUserId");

-- CreateIndex
CREATE INDEX "AuditLog_projectId_id_idx" ON "AuditLog"("projectId", "id" DESC);

-- CreateIndex
CREATE INDEX "AuditLog_projectId_actorId_id_idx" ON "AuditLog"("projectId", "actorId", "id" DESC);

-- CreateIndex
CREATE INDEX "AuditLog_projectId_action_id_idx" ON "AuditLog"("projectId", "action", "id" DESC);

-- CreateIndex
CREATE INDEX "AuditLog_projectId_objectId_id_idx" ON "AuditLog"("projectId", "objectId", "id" DESC);

-- CreateIndex
CREATE INDEX "AuditLog_objectName_idx" ON "AuditLog" USING GIN ("objectName" gin_trgm_ops);

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_createdByUserId_fkey" FOREIGN KEY ("createdByUserId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The audit log is append-only, for the product too: it owns the table, so a revoked privilege would not bind it.
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % is refused', TG_OP;
END
$$;

CREATE TRIGGER "AuditLog_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditLog"
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
