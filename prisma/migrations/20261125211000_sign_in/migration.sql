-- AlterTable
ALTER TABLE "sign_in" ADD COLUMN     "idle_ends" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '01:00:00'::interval);
-- CreateTable
CREATE TABLE "setup_link" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "hash" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "opened" TIMESTAMPTZ(3),
    "right_hash" TEXT,
    "right_expires" TIMESTAMPTZ(3),
    "used" TIMESTAMPTZ(3),

    CONSTRAINT "setup_link_pkey" PRIMARY KEY ("id")
);
