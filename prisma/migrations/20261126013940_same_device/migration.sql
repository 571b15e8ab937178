-- AlterTable
ALTER TABLE "approval" ADD COLUMN     "same_device" BOOLEAN;
