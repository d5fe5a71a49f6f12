/* Chat Completions. */
#define READER	chat_reader
#include "answers.h"
