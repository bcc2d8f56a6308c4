package dev.notifykit;

/** What a device runs, which decides the route its pushes take. */
public enum Platform {
  /** iPhone and iPad, through APNs. */
  IOS(Route.APNS),
  /** A Mac app, through APNs. */
  MACOS(Route.APNS),
  /** A Safari web page, through APNs. */
  SAFARI(Route.APNS),
  /** Android, through FCM. */
  ANDROID(Route.FCM),
  /** A browser on a laptop or desktop, through FCM. */
  WEB(Route.FCM);

  private final Route route;

  Platform(Route route) {
    this.route = route;
  }

  /** Returns the route that pushes to this platform take. */
  public Route route() {
    return route;
  }
}
