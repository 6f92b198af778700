/** How a process ends that could not do its work, by sysexits.h. */

/** EX_USAGE: the command line is wrong. */
export const EXIT_USAGE = 64;
/** EX_DATAERR: an input file is unusable. */
export const EXIT_DATA = 65;
/** EX_UNAVAILABLE: MongoDB, Clerk or the port is not available; it may be the next time. */
export const EXIT_UNAVAILABLE = 69;
/** EX_TEMPFAIL: the same command is running elsewhere. */
export const EXIT_TEMPORARY = 75;
/** EX_CONFIG: the configuration can't work. */
export const EXIT_CONFIG = 78;
