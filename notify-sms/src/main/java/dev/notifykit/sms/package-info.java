/** Text messages through Twilio and Vonage: numbers, senders, segments, and what comes back. */
@NullMarked
package dev.notifykit.sms;

import org.jspecify.annotations.NullMarked;
