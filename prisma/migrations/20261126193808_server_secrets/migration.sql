-- AlterTable
ALTER TABLE "resource_server" ADD COLUMN     "old_secret_ends" TIMESTAMPTZ(3),
ADD COLUMN     "old_secret_hash" TEXT,
ADD COLUMN     "secret_hash" TEXT,
ADD COLUMN     "secret_made" TIMESTAMPTZ(3),
ADD COLUMN     "secret_rotated" TIMESTAMPTZ(3);
