-- CreateIndex
CREATE INDEX "grant_scope_scope_id_idx" ON "grant_scope"("scope_id");
