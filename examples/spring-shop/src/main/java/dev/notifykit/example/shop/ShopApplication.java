package dev.notifykit.example.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A shop that tells its customers of their orders. Read on at {@link Orders#place}. */
@SpringBootApplication
class ShopApplication {
  public static void main(String[] args) {
    SpringApplication shop = new SpringApplication(ShopApplication.class);
    shop.addInitializers(new OutsideWorld()); // a real shop has no such line
    shop.run(args);
  }
}
