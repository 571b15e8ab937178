-- AlterTable
ALTER TABLE "credential" ADD COLUMN     "decision_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "permission_grant" ADD COLUMN     "decision_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "request" ADD COLUMN     "decision_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];
