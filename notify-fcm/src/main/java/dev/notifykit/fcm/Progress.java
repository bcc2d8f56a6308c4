package dev.notifykit.fcm;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.EventListener;

/** How far a call came. Confined to the thread that executes the call, whose request it tags. */
final class Progress {
  private boolean written;

  /** Notes when the first byte of a request is about to be written. */
  static final EventListener LISTENER =
      new EventListener() {
        @Override
        public void requestHeadersStart(Call call) {
          Progress progress = call.request().tag(Progress.class);
          if (progress != null) {
            progress.written = true;
          }
        }
      };

  /** Returns whether a call that failed was certainly not looked at. */
  boolean isUnsent(IOException failure) {
    return !written || isRefusedStream(failure);
  }

  /** A refused stream was not looked at (RFC 9113, section 8.7). */
  private static boolean isRefusedStream(IOException e) {
    return String.valueOf(e.getMessage()).endsWith("REFUSED_STREAM");
  }
}
