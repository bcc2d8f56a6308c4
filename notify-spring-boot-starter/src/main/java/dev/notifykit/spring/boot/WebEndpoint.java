package dev.notifykit.spring.boot;

import org.springframework.web.HttpRequestHandler;

/**
 * Something of ours that answers requests.
 *
 * @param path where, below the context path
 * @param handler what answers
 */
record WebEndpoint(String path, HttpRequestHandler handler) {}
