/* Time: a clock that never jumps for waiting, the wall's for tokens. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t	 clock_ms(void);	/* CLOCK_MONOTONIC, milliseconds */
int64_t	 clock_wall(void);	/* seconds since 1970 */

#endif
