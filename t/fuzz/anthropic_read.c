/* Anthropic's Messages. */
#define READER	anthropic_reader
#include "answers.h"
