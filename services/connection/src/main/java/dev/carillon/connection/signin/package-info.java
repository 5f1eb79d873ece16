/// Sign-in: signed tokens, and the resume tickets that replace them.
@NullMarked
package dev.carillon.connection.signin;

import org.jspecify.annotations.NullMarked;
