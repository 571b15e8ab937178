-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "deputy_for" TEXT,
ADD COLUMN     "escalated_to" TEXT;

-- AlterTable
ALTER TABLE "request" ADD COLUMN     "cools_until" TIMESTAMPTZ(3),
ADD COLUMN     "next_mark" TIMESTAMPTZ(3),
ADD COLUMN     "wait_ends" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "deputy" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "deputy_id" TEXT NOT NULL,
    "from_time" TIMESTAMPTZ(3) NOT NULL,
    "until_time" TIMESTAMPTZ(3) NOT NULL,
    "named" TIMESTAMPTZ(3) NOT NULL,
    "ended" TIMESTAMPTZ(3),

    CONSTRAINT "deputy_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deputy_person_id_until_time_idx" ON "deputy"("person_id", "until_time");

-- CreateIndex
CREATE INDEX "deputy_deputy_id_until_time_idx" ON "deputy"("deputy_id", "until_time");
