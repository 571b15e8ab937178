-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "cut" JSONB,
ADD COLUMN     "note" TEXT;

-- AlterTable
ALTER TABLE "permission_grant" ADD COLUMN     "duration_seconds" INTEGER;
