-- CreateTable
CREATE TABLE "child_grant" (
    "grant_id" TEXT NOT NULL,
    "parent_id" TEXT NOT NULL,
    "root_id" TEXT NOT NULL,
    "above" TEXT[],
    "depth" INTEGER NOT NULL,
    "opened_by" TEXT NOT NULL,

    CONSTRAINT "child_grant_pkey" PRIMARY KEY ("grant_id")
);

-- CreateIndex
CREATE INDEX "child_grant_parent_id_idx" ON "child_grant"("parent_id");

-- CreateIndex
CREATE INDEX "child_grant_root_id_idx" ON "child_grant"("root_id");

-- AddForeignKey
ALTER TABLE "child_grant" ADD CONSTRAINT "child_grant_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "permission_grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
