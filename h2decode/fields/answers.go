package fields

// maxAnswers is how many relations of one filter can be answered by Answers.
const maxAnswers = 64

// Answers are what the relations of one filter came to on a stream or a
// connection that is over. In a second pass over the capture they take its
// place. The zero value answers nothing.
type Answers struct{ known, yes uint64 }

// With adds the answers of other: those of a connection to those of a stream.
// Where both know and differ, the answer is yes.
func (a Answers) With(other Answers) Answers {
	return Answers{a.known | other.known, a.yes | other.yes}
}

func (a *Answers) set(i int, v Verdict) {
	a.known |= 1 << i
	if v == True {
		a.yes |= 1 << i
	}
}

func (a Answers) get(i int) Verdict {
	if a.known>>i&1 == 0 {
		return Unknown
	}
	return verdictOf(a.yes>>i&1 == 1)
}
