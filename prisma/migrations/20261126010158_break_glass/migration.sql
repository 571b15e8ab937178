-- CreateTable
CREATE TABLE "break_glass" (
    "request_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "open_for" TEXT,
    "preimage" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "proof" JSONB NOT NULL,
    "signed" TIMESTAMPTZ(3) NOT NULL,
    "reviewed_by" TEXT,
    "reviewed" TIMESTAMPTZ(3),
    "review_note" TEXT,
    "review_preimage" TEXT,
    "review_digest" TEXT,
    "review_proof" JSONB,

    CONSTRAINT "break_glass_pkey" PRIMARY KEY ("request_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "break_glass_open_for_key" ON "break_glass"("open_for");

-- CreateIndex
CREATE INDEX "break_glass_tenant_id_reviewed_signed_idx" ON "break_glass"("tenant_id", "reviewed", "signed");

-- AddForeignKey
ALTER TABLE "break_glass" ADD CONSTRAINT "break_glass_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
