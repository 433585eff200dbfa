package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// A SettingsChange is a SETTINGS frame and its acknowledgment, either of which
// may not have been seen.
type SettingsChange struct {
	From     h2decode.Side      // whose settings they are
	Settings []h2decode.Setting // in wire order; must not be changed
	// Frame is the SETTINGS frame's number and Sent its time; 0: it was not
	// seen, or an HTTP/1.1 request carried them.
	Frame uint64
	Sent  int64
	// Acknowledgment is the number of the frame that put them into force and
	// Acknowledged its time; Acknowledged is 0 where they are not in force.
	Acknowledgment uint64
	Acknowledged   int64
	Incomplete     bool // not all settings are known
}

// announcement is a SETTINGS frame as it is kept.
type announcement struct {
	frame    uint32
	time     int64
	settings []h2decode.Setting
	unread   bool
}

// acknowledgment is what put settings into force.
type acknowledgment struct {
	frame        uint32
	announcement int32 // whose; -1: none that was seen
	time, sent   int64
	settings     []h2decode.Setting // where there is no announcement
	inForce      inForce            // from then on
	incomplete   bool
}

// inForce are the settings of one side that its peer has acknowledged.
type inForce struct {
	values []h2decode.Setting // in order of identifier; never changed
	// doubtful says that frames which change settings may have been missed:
	// certain are only those whose bit is in sure.
	doubtful bool
	sure     uint16
}

// with is what is in force once more settings are acknowledged.
func (f inForce) with(settings []h2decode.Setting) inForce {
	cloned := false
	for _, s := range settings {
		if s.ID < 16 {
			f.sure |= 1 << s.ID
		}
		i, found := findSetting(f.values, s.ID)
		if found && f.values[i].Value == s.Value || !found && len(f.values) >= maxSettings {
			continue
		}
		if !cloned {
			f.values, cloned = slices.Clone(f.values), true
		}
		if found {
			f.values[i].Value = s.Value
		} else {
			f.values = slices.Insert(f.values, i, s)
		}
	}
	return f
}

// maxSettings is how many different settings of a side are remembered.
const maxSettings = 80

// maxAnnounced is how many settings of one frame are kept.
const maxAnnounced = 256

func findSetting(values []h2decode.Setting, id h2decode.SettingID) (int, bool) {
	return slices.BinarySearchFunc(values, id, func(s h2decode.Setting, id h2decode.SettingID) int { return cmp.Compare(s.ID, id) })
}

// value is what is in force for an identifier.
func (f *inForce) value(id h2decode.SettingID, otherwise uint32) (value uint32, known bool) {
	known = !f.doubtful || id < 16 && f.sure&(1<<id) != 0
	if i, found := findSetting(f.values, id); found {
		return f.values[i].Value, known
	}
	return otherwise, known
}

// settingsLog is what is kept of one side's settings.
type settingsLog struct {
	announced    list[announcement]
	acknowledged list[acknowledgment]
}

// announce keeps a SETTINGS frame; p is nil where it could not be read.
func (l *settingsLog) announce(n uint32, time int64, p *h2decode.SettingsFrame) {
	a := announcement{frame: n, time: time, unread: p == nil}
	if p != nil {
		for s := range p.All() {
			if len(a.settings) == maxAnnounced {
				a.unread = true
				break
			}
			a.settings = append(a.settings, s)
		}
	}
	l.announced.add(a)
}

// acknowledge keeps what put settings into force, and returns its index.
// waiting is the announcement that waits for its acknowledgment longest.
func (l *settingsLog) acknowledge(n uint32, waiting *int32, e *h2decode.SettingsAcknowledged, now inForce) {
	a := acknowledgment{
		frame: n, announcement: -1, time: e.Time, sent: e.SentAt, inForce: now, incomplete: e.Incomplete,
	}
	if at := int(*waiting); at < l.announced.len() && at >= l.announced.begin() && (e.SentAt == 0 || l.announced.at(at).time == e.SentAt) {
		a.announcement = *waiting
		*waiting++
	} else {
		a.settings = slices.Clone(e.Settings[:min(len(e.Settings), maxAnnounced)])
	}
	l.acknowledged.add(a)
}

// SettingsChanges are the settings that a side sent, in order.
func (c *Conn) SettingsChanges(side h2decode.Side) []SettingsChange {
	l := &c.settings[side]
	var changes []SettingsChange
	next := l.announced.begin() // the first that is not in changes
	for i := l.acknowledged.begin(); i < l.acknowledged.len(); i++ {
		a := l.acknowledged.at(i)
		change := SettingsChange{From: side, Settings: a.settings, Sent: a.sent, Incomplete: a.incomplete}
		if a.announcement >= 0 {
			next = int(a.announcement) + 1
			change = l.announced.at(int(a.announcement)).change(side)
		}
		change.Acknowledgment, change.Acknowledged = uint64(a.frame), a.time
		changes = append(changes, change)
	}
	for ; next < l.announced.len(); next++ {
		changes = append(changes, l.announced.at(next).change(side))
	}
	return changes
}

func (a *announcement) change(side h2decode.Side) SettingsChange {
	return SettingsChange{From: side, Settings: a.settings, Frame: uint64(a.frame), Sent: a.time, Incomplete: a.unread}
}

// inForceAt are a side's settings after frame n.
func (r *record) inForceAt(side h2decode.Side, n uint32) inForce {
	l := &r.settings[side]
	i := l.acknowledged.search(func(a *acknowledgment) bool { return a.frame > n }) - 1
	f := r.first
	if i >= l.acknowledged.begin() {
		f = l.acknowledged.at(i).inForce
	}
	j := r.losses.search(func(lost *uint32) bool { return *lost > n }) - 1
	if j >= r.losses.begin() && (i < l.acknowledged.begin() || *r.losses.at(j) > l.acknowledged.at(i).frame) {
		f.doubtful, f.sure = true, 0
	}
	return f
}
