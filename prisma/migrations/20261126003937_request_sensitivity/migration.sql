-- AlterTable
ALTER TABLE "request" ADD COLUMN     "sensitivity" INTEGER;
