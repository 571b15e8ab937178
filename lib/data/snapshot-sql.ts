/** A scope as it was when asked for or granted, of the row `s`, as JSON that `scopeOfSnapshot` reads. */
export const SNAPSHOT = `json_build_object('scopeId', s.scope_id, 'tenantId', s.tenant_id, 'action', s.action,
  'resource', s.resource, 'sensitivity', s.sensitivity, 'dataDomain', s.data_domain, 'maxSeconds', s.max_seconds,
  'serverId', s.server_id, 'serverName', s.server_name, 'serverIdentifier', s.server_identifier,
  'serverType', s.server_type, 'asksOnline', s.asks_online)`
