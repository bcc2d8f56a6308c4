package dev.notifykit.example.shop;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "spring.datasource.url=jdbc:h2:mem:shop;WRITE_DELAY=0")
class H2ShopTest extends ShopCases {}
