/* Any bytes as an answer of Anthropic's Messages. */
#define FUZZED	anthropic_reader
#include "answered.h"
