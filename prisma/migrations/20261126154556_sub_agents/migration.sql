-- AlterTable
ALTER TABLE "permission_grant" ADD COLUMN     "delegation" JSONB;

-- AlterTable
ALTER TABLE "request" ADD COLUMN     "delegation" JSONB;
