-- What is used now, among all intervals of more than a year.
CREATE INDEX usage_quantity_now ON usage_quantity (connection, tenant_id, application, category, quantity)
  WHERE end_read IS NULL;

-- The lines of one company, for the page that explains its bill.
CREATE INDEX own_line_of_company ON own_line (connection, company_id);
