-- AlterTable
ALTER TABLE "trust_domain" ADD COLUMN     "bundle_url" TEXT,
ADD COLUMN     "next_refresh" TIMESTAMPTZ(3),
ADD COLUMN     "problem" TEXT,
ADD COLUMN     "refreshed" TIMESTAMPTZ(3);
