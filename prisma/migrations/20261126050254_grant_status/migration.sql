-- CreateTable
CREATE TABLE "grant_status" (
    "grant_id" TEXT NOT NULL,
    "list" TEXT NOT NULL,
    "idx" INTEGER NOT NULL,

    CONSTRAINT "grant_status_pkey" PRIMARY KEY ("grant_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "grant_status_list_idx_key" ON "grant_status"("list", "idx");
