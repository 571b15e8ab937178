-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "reason" TEXT;
