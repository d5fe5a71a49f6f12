/* Any bytes as an answer of Chat Completions. */
#define FUZZED	chat_reader
#include "answered.h"
