/** An order service on Spring Boot, and the world it sends its notifications into. */
package dev.notifykit.example.shop;
