/// The command line for people and scripts: send, sync, listen, history, groups and chat.
@NullMarked
package dev.carillon.cli;

import org.jspecify.annotations.NullMarked;
