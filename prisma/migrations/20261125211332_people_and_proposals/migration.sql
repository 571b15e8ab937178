-- AlterTable
ALTER TABLE "approver_group" ADD COLUMN     "rev" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "person" ADD COLUMN     "rev" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "proposal" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "seen" TEXT NOT NULL,
    "gains" TEXT,
    "proposed_by" TEXT NOT NULL,
    "proposed" TIMESTAMPTZ(3) NOT NULL,
    "answer_by" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "decided_by" TEXT,
    "decided" TIMESTAMPTZ(3),

    CONSTRAINT "proposal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "proposal_tenant_id_state_proposed_idx" ON "proposal"("tenant_id", "state", "proposed" DESC);

-- CreateIndex
CREATE INDEX "proposal_proposed_by_state_idx" ON "proposal"("proposed_by", "state");
