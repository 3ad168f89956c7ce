/**
 * Preloaded (`node --import`) into what the supervisor starts: when the supervisor is killed, the channel to it closes,
 * and the process stops as if it had been asked to.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
