/** What the Spring Boot starter costs at the start. */
package dev.notifykit.benchmarks.spring;
