package dev.notifykit.fcm;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;

/**
 * The access tokens of a service account. The SDK makes a copy of an account that it is given, with
 * a cache of its own, and a token there that was refused could never be replaced; these it takes as
 * they are.
 */
final class AccountTokens extends GoogleCredentials {
  private static final long serialVersionUID = 1L;

  private final ServiceAccountCredentials account;

  AccountTokens(ServiceAccountCredentials account) {
    this.account = account;
  }

  @Override
  public AccessToken refreshAccessToken() throws IOException {
    return account.refreshAccessToken();
  }

  /** Shows nothing of the account. */
  @Override
  public String toString() {
    return "AccountTokens[]";
  }
}
