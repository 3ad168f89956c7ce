-- CreateTable
CREATE TABLE "TemplateVersion" (
    "templateId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "spec" JSONB NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TemplateVersion_pkey" PRIMARY KEY ("templateId","version")
);

-- AddForeignKey
ALTER TABLE "TemplateVersion" ADD CONSTRAINT "TemplateVersion_templateId_fkey" FOREIGN KEY ("templateId") REFERENCES "Template"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The version that each template has now. Earlier ones were not kept, nor who made them.
INSERT INTO "TemplateVersion" ("templateId", "version", "spec", "description", "createdAt")
SELECT "id", "version", "spec", "description", "updatedAt" FROM "Template";
