-- The product's own price for one licence in the PSA's catalogue, in whole minor units; null where it has none.
ALTER TABLE product ADD COLUMN price_minor INTEGER;
