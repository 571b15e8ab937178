-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "prepared" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "rate_count" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_count_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "rate_count_expires_idx" ON "rate_count"("expires");
