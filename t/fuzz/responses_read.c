/* Any bytes as an answer of the Responses API. */
#define FUZZED	responses_reader
#include "answered.h"
