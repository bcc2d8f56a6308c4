/** Providers that carry mail: SMTP, SendGrid and Mailchimp Transactional. */
@NullMarked
package dev.notifykit.email;

import org.jspecify.annotations.NullMarked;
