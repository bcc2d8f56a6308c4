CREATE SEQUENCE IF NOT EXISTS shop_order_no START WITH 1001;
CREATE TABLE IF NOT EXISTS shop_order (
  no           VARCHAR(20) PRIMARY KEY,
  customer     VARCHAR(40) NOT NULL,
  item         VARCHAR(100) NOT NULL,
  notification UUID NOT NULL
);
