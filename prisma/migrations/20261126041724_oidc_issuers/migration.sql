-- CreateTable
CREATE TABLE "oidc_issuer" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "jwks" JSONB,
    "environments" JSONB,
    "rev" INTEGER NOT NULL DEFAULT 1,
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oidc_issuer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_subject" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "issuer_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "conditions" JSONB NOT NULL,
    "environment" TEXT,
    "added_by" TEXT NOT NULL,
    "added" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_subject_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "oidc_issuer_issuer_key" ON "oidc_issuer"("issuer");

-- CreateIndex
CREATE INDEX "oidc_issuer_tenant_id_idx" ON "oidc_issuer"("tenant_id");

-- CreateIndex
CREATE INDEX "agent_subject_agent_id_idx" ON "agent_subject"("agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "agent_subject_issuer_id_subject_key" ON "agent_subject"("issuer_id", "subject");

-- AddForeignKey
ALTER TABLE "agent_subject" ADD CONSTRAINT "agent_subject_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_subject" ADD CONSTRAINT "agent_subject_issuer_id_fkey" FOREIGN KEY ("issuer_id") REFERENCES "oidc_issuer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
