// Package export makes large files as jobs: whoever asks for one sees how far it is and can fetch it for
// a day, nobody else can. It is made with the rights that the person has when the job runs.
//
// The package does not know what is in a file: a Maker for its kind writes it. Small files are answered
// at once by their page and never come here.
package export
