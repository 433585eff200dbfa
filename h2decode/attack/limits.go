package attack

// What a Watch holds at most, whatever the thresholds are. Package h2decode
// bounds how many streams are followed.
const (
	// maxPrioritized is for how many streams PRIORITY frames are counted; those
	// on others count towards the rate only.
	maxPrioritized = 4096
	// maxProvoked is for how many streams a client's invalid frame is
	// remembered until the server resets them: at least the last so many.
	maxProvoked = 1024
	// maxDependents is how many streams the dependency tree has room for.
	maxDependents = 1024
	// maxFree is how much is kept of the memory of waits that are over.
	maxFree = 1024
)
