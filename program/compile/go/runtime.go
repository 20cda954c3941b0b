package model

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Products that are added are written float64(a * b): the conversion keeps them from being fused with the sum.

var (
	nan          = math.NaN()
	inf          = math.Inf(1)
	negativeZero = math.Copysign(0, -1)
)

func missing(x float64) bool { return x != x }

func whole(x float64) bool {
	return x >= -9007199254740991 && x <= 9007199254740991 && math.Floor(x) == x
}

// clean marks a vector that holds a NaN as missing, which its first number says.
func clean(v []float64) {
	bad := false
	for k, x := range v {
		x += 0
		v[k] = x
		if x != x {
			bad = true
		}
	}
	if bad {
		v[0] = nan
	}
}

func dot(v, weights []float64, bias float64) float64 {
	total := bias
	weights = weights[:len(v)]
	for k, x := range v {
		total += float64(weights[k] * x)
	}
	return total
}

func affine(out, v, weights, biases []float64) {
	for j := range out {
		out[j] = dot(v, weights[j*len(v):], biases[j])
	}
	clean(out)
}

func softmax(out, v []float64) {
	greatest := v[0]
	for _, x := range v {
		if x > greatest {
			greatest = x
		}
	}
	total := 0.0
	for k, x := range v {
		out[k] = exp(x - greatest)
		total += out[k]
	}
	for k := range out {
		out[k] /= total
	}
	clean(out)
}

func firstGreatest(v []float64) int {
	best := 0
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}

func countBelow(table []float64, x float64) float64 {
	low, high := 0, len(table)
	for low < high {
		middle := (low + high) / 2
		if table[middle] < x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return float64(low)
}

func countUpTo(table []float64, x float64) float64 {
	low, high := 0, len(table)
	for low < high {
		middle := (low + high) / 2
		if table[middle] <= x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return float64(low)
}

// murmur3 is MurmurHash3 x86-32 with seed 0 (Austin Appleby, public domain).
func murmur3(text string) uint32 {
	var hash, tail uint32
	length := len(text)
	even := length - length%4
	for i := 0; i < even; i += 4 {
		hash ^= scramble(uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16 | uint32(text[i+3])<<24)
		hash = hash<<13 | hash>>19
		hash = hash*5 + 0xe6546b64
	}
	for i := length - 1; i >= even; i-- {
		tail = tail<<8 | uint32(text[i])
	}
	if length > even {
		hash ^= scramble(tail)
	}
	hash ^= uint32(length)
	hash ^= hash >> 16
	hash *= 0x85ebca6b
	hash ^= hash >> 13
	hash *= 0xc2b2ae35
	hash ^= hash >> 16
	return hash
}

func scramble(block uint32) uint32 {
	block *= 0xcc9e2d51
	block = block<<15 | block>>17
	return block * 0x1b873593
}

func hashText(text string) float64 {
	if text == "" {
		return nan
	}
	return float64(murmur3(text))
}

// level gives the place of a text among levels: -1 where it is none of them, NaN where it is missing. index is a hash
// table of places + 1, its length a power of two; without one the levels are few.
func level(text string, levels []string, index []uint32) float64 {
	if text == "" {
		return nan
	}
	if len(index) == 0 {
		for k, one := range levels {
			if one == text {
				return float64(k)
			}
		}
		return -1
	}
	mask := uint32(len(index) - 1)
	for at := murmur3(text) & mask; index[at] != 0; at = (at + 1) & mask {
		if levels[index[at]-1] == text {
			return float64(index[at] - 1)
		}
	}
	return -1
}

// lengthOf counts the code points of a text.
func lengthOf(text string) float64 {
	if text == "" {
		return nan
	}
	return float64(utf8.RuneCountInString(text))
}

// cross puts the first 256 code points of each text side by side; missing where one is.
func cross(separator string, parts ...string) string {
	var out strings.Builder
	for k, part := range parts {
		if part == "" {
			return ""
		}
		if k > 0 {
			out.WriteString(separator)
		}
		points := 0
		for at := range part {
			if points == 256 {
				part = part[:at]
				break
			}
			points++
		}
		out.WriteString(part)
	}
	return out.String()
}

// termRule says how a text becomes terms with numbers; a table that is not there is nil.
type termRule struct {
	unit                   byte // words, characters, items
	low, high, least, most int
	classes, from, to      []float64
	levels                 []string
	index                  []uint32
	buckets                uint32 // 0: levels
	count                  byte   // times, log, once
	idf                    []float64
	norm                   bool
}

func (rule *termRule) words(text string) []string {
	var words []string
	var word []byte
	length, read := 0, 0
	end := func() {
		if length > 0 && length >= rule.least {
			words = append(words, string(word))
		}
		word, length = word[:0], 0
	}
	for _, point := range text {
		if read == rule.most {
			break
		}
		read++
		folded := float64(point)
		if len(rule.from) > 0 {
			k := int(countUpTo(rule.from, folded))
			if k > 0 && rule.from[k-1] == folded {
				folded = rule.to[k-1]
			}
		}
		if folded < 0 {
			continue
		}
		if int(countUpTo(rule.classes, folded))%2 == 1 {
			word = utf8.AppendRune(word, rune(folded))
			length++
			continue
		}
		end()
	}
	end()
	return words
}

// terms is what a text holds: indexes, increasing, and their numbers.
type terms struct {
	indexes []uint32
	values  []float64
}

func (rule *termRule) find(text string) terms {
	var found []uint32
	add := func(term string) {
		if term == "" {
			return
		}
		if rule.buckets > 0 {
			found = append(found, murmur3(term)%rule.buckets)
		} else if place := level(term, rule.levels, rule.index); place >= 0 {
			found = append(found, uint32(place))
		}
	}
	switch rule.unit {
	case 'i':
		for read := 0; text != "" && read < rule.most; read++ {
			item, rest, _ := strings.Cut(text, "\x00")
			add(item)
			text = rest
		}
	case 'w':
		words := rule.words(text)
		for n := rule.low; n <= rule.high; n++ {
			for k := 0; k+n <= len(words); k++ {
				add(strings.Join(words[k:k+n], " "))
			}
		}
	default:
		words := rule.words(text)
		if len(words) == 0 {
			break
		}
		joined := " " + strings.Join(words, " ") + " "
		var starts []int
		for at := range joined {
			starts = append(starts, at)
		}
		starts = append(starts, len(joined))
		for n := rule.low; n <= rule.high; n++ {
			for k := 0; k+n < len(starts); k++ {
				add(joined[starts[k]:starts[k+n]])
			}
		}
	}
	sort.Slice(found, func(a, b int) bool { return found[a] < found[b] })
	var result terms
	squares := 0.0
	for k := 0; k < len(found); {
		index, from := found[k], k
		for k < len(found) && found[k] == index {
			k++
		}
		number := 1.0
		if rule.count == 't' {
			number = float64(k - from)
		} else if rule.count == 'l' {
			number = 1 + log(float64(k-from))
		}
		if rule.idf != nil {
			number = float64(number * rule.idf[index])
		}
		result.indexes = append(result.indexes, index)
		result.values = append(result.values, number)
		squares += float64(number * number)
	}
	if rule.norm && squares > 0 {
		length := math.Sqrt(squares)
		for k := range result.values {
			result.values[k] /= length
		}
	}
	return result
}

func (found terms) spread(out []float64) {
	for k := range out {
		out[k] = 0
	}
	for k, index := range found.indexes {
		out[index] = found.values[k]
	}
	clean(out)
}

func (found terms) dot(weights []float64, bias float64) float64 {
	total := bias
	for k, index := range found.indexes {
		total += float64(weights[index] * found.values[k])
	}
	return total
}

func (found terms) affine(out, weights, biases []float64, width int) {
	for j := range out {
		out[j] = found.dot(weights[j*width:(j+1)*width], biases[j])
	}
	clean(out)
}

func highWord(x float64) uint32 { return uint32(math.Float64bits(x) >> 32) }

func withHighWord(x float64, high uint32) float64 {
	return math.Float64frombits(math.Float64bits(x)&0xffffffff | uint64(high)<<32)
}

func powerOfTwo(k int) float64 { return withHighWord(0, uint32(k+1023)<<20) }

func scaleByPower(x float64, k int) float64 {
	if k > 1023 {
		return float64(x * powerOfTwo(1023) * powerOfTwo(min(k-1023, 1023)))
	}
	if k < -1022 {
		return float64(x * powerOfTwo(-969) * powerOfTwo(max(k+969, -1022)))
	}
	return float64(x * powerOfTwo(k))
}

// A number as a sum of two doubles, high and low: T. J. Dekker, Numerische Mathematik 18, 1971; J. R. Shewchuk,
// Discrete & Computational Geometry 18, 1997.

func twoSum(a, b float64) (float64, float64) {
	sum := a + b
	bb := sum - a
	return sum, a - (sum - bb) + (b - bb)
}

func quickTwoSum(a, b float64) (float64, float64) {
	sum := a + b
	return sum, b - (sum - a)
}

func twoProduct(a, b float64) (float64, float64) {
	product := float64(a * b)
	aBig := float64(134217729 * a)
	aHigh := aBig - (aBig - a)
	aLow := a - aHigh
	bBig := float64(134217729 * b)
	bHigh := bBig - (bBig - b)
	bLow := b - bHigh
	rest := product - float64(aHigh*bHigh) - float64(aLow*bHigh) - float64(aHigh*bLow)
	return product, float64(aLow*bLow) - rest
}

func addDouble(ah, al, bh, bl float64) (float64, float64) {
	high, highError := twoSum(ah, bh)
	lowSum, lowError := twoSum(al, bl)
	first, rest := quickTwoSum(high, highError+lowSum)
	return quickTwoSum(first, rest+lowError)
}

func multiplyDouble(ah, al, bh, bl float64) (float64, float64) {
	product, rest := twoProduct(ah, bh)
	return quickTwoSum(product, rest+(float64(ah*bl)+float64(al*bh)))
}

func divideDouble(ah, al, bh, bl float64) (float64, float64) {
	first := ah / bh
	back, backLow := multiplyDouble(bh, bl, first, 0)
	rest, restLow := addDouble(ah, al, -back, -backLow)
	return quickTwoSum(first, (rest+restLow)/bh)
}

const (
	ln2High = 0.6931471803691238
	ln2Low  = 1.9082149292705877e-10
	ln2Tail = 1.1612227229362532e-26
)

var inverseFactorials = inverses(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)

// inverses gives 1/n! for each n.
func inverses(of ...int) []float64 {
	table := make([]float64, len(of))
	for i, n := range of {
		factorial := 1.0
		for k := 2; k <= n; k++ {
			factorial *= float64(k)
		}
		table[i] = 1 / factorial
	}
	return table
}

// reducedExpm1 gives e^r - 1 in two doubles, and k, for x + xLow = k ln 2 + r; W. J. Cody, W. Waite, 1980, ch. 6;
// P. Tang, ACM TOMS 15, 1989.
func reducedExpm1(x, xLow float64) (float64, float64, int) {
	k := 0.0
	if !(math.Abs(x) < 0.34) {
		k = math.Floor(float64(x*1.4426950408889634) + 0.5)
	}
	far, rest := twoSum(x-float64(k*ln2High), -float64(k*ln2Low))
	rHigh, rLow := quickTwoSum(far, rest+xLow)
	polynomial := inverseFactorials[14]
	for i := 13; i >= 0; i-- {
		polynomial = float64(polynomial*rHigh) + inverseFactorials[i]
	}
	square, squareLow := twoProduct(rHigh, rHigh)
	squareLow += float64(2 * rHigh * rLow)
	sum, sumLow := quickTwoSum(rHigh, float64(0.5*square))
	high, low := quickTwoSum(sum, sumLow+(rLow+float64(0.5*squareLow)+float64(float64(rHigh*square)*polynomial)))
	return high, low, int(k)
}

func expOfDouble(x, xLow float64) float64 {
	if x > 709.8 {
		return inf
	}
	if x < -745.2 {
		return 0
	}
	q, qLow, exponent := reducedExpm1(x, xLow)
	sum, sumLow := twoSum(1, q)
	return scaleByPower(sum+(sumLow+qLow), exponent)
}

func exp(x float64) float64 {
	if x != x {
		return x
	}
	return expOfDouble(x, 0)
}

func expm1(x float64) float64 {
	if x != x || math.Abs(x) < 1e-300 {
		return x
	}
	if x > 709.8 {
		return inf
	}
	if x < -40 {
		return -1
	}
	high, low := doubleExpm1(x)
	return high + low
}

func tanh(x float64) float64 {
	if x != x || math.Abs(x) < 1e-300 {
		return x
	}
	if x > 20 {
		return 1
	}
	if x < -20 {
		return -1
	}
	t, tLow := doubleExpm1(2 * x)
	sum, sumLow := twoSum(t, 2)
	denominator, denominatorLow := quickTwoSum(sum, sumLow+tLow)
	high, _ := divideDouble(t, tLow, denominator, denominatorLow)
	return high
}

func sigmoid(x float64) float64 {
	if x != x {
		return x
	}
	if x > 40 {
		return 1
	}
	if x < -40 {
		return exp(x)
	}
	t, tLow := doubleExpm1(-x)
	sum, sumLow := twoSum(t, 2)
	denominator, denominatorLow := quickTwoSum(sum, sumLow+tLow)
	high, _ := divideDouble(1, 0, denominator, denominatorLow)
	return high
}

func doubleExpm1(x float64) (float64, float64) {
	q, qLow, k := reducedExpm1(x, 0)
	if k == 0 {
		return q, qLow
	}
	one := scaleByPower(1, min(k, 1023))
	factor := 1.0
	if k == 1024 {
		factor = 2
	}
	scaled := float64(float64(q*one) * factor)
	scaledLow := float64(float64(qLow*one) * factor)
	shifted, shiftedLow := twoSum(float64(one*factor), -1)
	sum, sumLow := twoSum(shifted, scaled)
	return quickTwoSum(sum, sumLow+(shiftedLow+scaledLow))
}

// significand gives m and k of x = 2^k m with sqrt(1/2) <= m < sqrt(2); x > 0 and finite.
func significand(x float64) (float64, int) {
	k := 0
	if x < 2.2250738585072014e-308 {
		x *= 18014398509481984
		k = -54
	}
	high := highWord(x)
	fraction := high & 0xfffff
	carry := uint32(0)
	if fraction >= 0x6a09e {
		carry = 1
	}
	return withHighWord(x, fraction|(1023-carry)<<20), k + int(high>>20) - 1023 + int(carry)
}

var logTerms = func() (terms [12]float64) {
	for i := range terms {
		terms[i] = 2 / float64(2*i+3)
	}
	return
}()

// sumLog is log(1 + f) + c + k ln 2; K. C. Ng, fdlibm 5.3 (Sun Microsystems, 1995), e_log.c and s_log1p.c.
func sumLog(f, c, k float64) float64 {
	if f == 0 {
		if k == 0 {
			return c
		}
		return float64(k*ln2High) + (float64(k*ln2Low) + c)
	}
	s := f / (2 + f)
	z := float64(s * s)
	r := logTerms[11]
	for i := 10; i >= 0; i-- {
		r = float64(r*z) + logTerms[i]
	}
	r = float64(r * z)
	half, halfLow := twoProduct(float64(0.5*f), f)
	first, firstLow := quickTwoSum(f, -half)
	small := firstLow - halfLow + float64(s*(half+r))
	if k == 0 {
		return first + (small + c)
	}
	sum, sumLow := twoSum(float64(k*ln2High), first)
	return sum + (sumLow + (small + (float64(k*ln2Low) + c)))
}

func log(x float64) float64 {
	if x != x || x < 0 {
		return nan
	}
	if x == 0 {
		return -inf
	}
	if x == inf {
		return x
	}
	m, k := significand(x)
	return sumLog(m-1, 0, float64(k))
}

func log1p(x float64) float64 {
	if x != x || x < -1 {
		return nan
	}
	if x == -1 {
		return -inf
	}
	if x == inf || math.Abs(x) < 1e-300 {
		return x
	}
	if x > -0.29 && x < 0.41 {
		return sumLog(x, 0, 0)
	}
	sum, rest := twoSum(1, x)
	m, k := significand(sum)
	return sumLog(m-1, rest/sum, float64(k))
}

func doubleLog(x float64) (float64, float64) {
	m, exponent := significand(x)
	k := float64(exponent)
	below, belowLow := twoSum(m, -1)
	above, aboveLow := twoSum(m, 1)
	s, sLow := divideDouble(below, belowLow, above, aboveLow)
	z, zLow := multiplyDouble(s, sLow, s, sLow)
	r, rLow := 0.0, 0.0
	for n := 47; n >= 3; n -= 2 {
		r, rLow = multiplyDouble(r, rLow, z, zLow)
		inverse, inverseLow := divideDouble(2, 0, float64(n), 0)
		r, rLow = addDouble(r, rLow, inverse, inverseLow)
	}
	r, rLow = multiplyDouble(r, rLow, z, zLow)
	r, rLow = addDouble(2, 0, r, rLow)
	r, rLow = multiplyDouble(r, rLow, s, sLow)
	whole, wholeLow := addDouble(float64(k*ln2High), 0, float64(k*ln2Low), float64(k*ln2Tail))
	return addDouble(whole, wholeLow, r, rLow)
}

func pow(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	if x != x || y != y {
		return nan
	}
	ax := math.Abs(x)
	odd := math.Abs(y) < 9007199254740992 && math.Mod(y, 2) != 0 && math.Floor(y) == y
	if math.IsInf(y, 0) {
		if ax == 1 {
			return nan
		}
		if (ax > 1) == (y > 0) {
			return inf
		}
		return 0
	}
	sign := 1.0
	if math.Signbit(x) && odd {
		sign = -1
	}
	if ax == 0 || ax == inf {
		if (ax == 0) == (y > 0) {
			return sign * 0
		}
		return sign * inf
	}
	if x < 0 && math.Floor(y) != y {
		return nan
	}
	if ax == 1 {
		return sign
	}
	logarithm, logarithmLow := doubleLog(ax)
	if math.Abs(y*logarithm) > 760 {
		if y*logarithm > 0 {
			return sign * inf
		}
		return sign * 0
	}
	if math.Abs(y) < 1e-290 {
		return sign
	}
	product, productLow := multiplyDouble(logarithm, logarithmLow, y, 0)
	return sign * expOfDouble(product, productLow)
}

// x = n pi/2 + r with |r| <= pi/4: by three parts of pi/2, and for large x by the digits of 2/pi that matter.
// M. Payne, R. Hanek, SIGNUM Newsletter 18, 1983; K. C. Ng, fdlibm 5.3, k_sin.c and k_cos.c.

var twoOverPi = [...]float64{
	0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb, 0xc561b7,
	0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c,
	0x7026b4, 0x5f7e41, 0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f, 0xef2f11,
	0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d, 0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7,
	0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08, 0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20,
}

func reduceLarge(x float64) (float64, float64, int) {
	size := math.Abs(x)
	power := int(highWord(size)>>20) - 1023
	shift := power - 71
	scaled := size
	if shift > -1000 {
		scaled = size * powerOfTwo(-shift)
	}
	a := math.Floor(scaled / 281474976710656)
	b := math.Floor((scaled - float64(a*281474976710656)) / 16777216)
	c := scaled - float64(a*281474976710656) - float64(b*16777216)
	first := max(0, int(math.Floor(float64(shift-24)/24))-1)
	var limbs, fraction [13]float64
	for j := 0; j < 10; j++ {
		piece := 0.0
		if first+j < len(twoOverPi) {
			piece = twoOverPi[first+j]
		}
		limbs[j+1] += float64(piece * a)
		limbs[j+2] += float64(piece * b)
		limbs[j+3] += float64(piece * c)
	}
	for j := 12; j > 0; j-- {
		carry := math.Floor(limbs[j] / 16777216)
		limbs[j] -= float64(carry * 16777216)
		limbs[j-1] += carry
	}
	lead := shift + 48 - 24*first
	whole := 0.0
	for j := range limbs {
		weight := lead - 24*j
		if weight >= 24 {
			continue
		}
		if weight >= 0 {
			whole += math.Mod(limbs[j]*powerOfTwo(weight), 4)
		} else {
			unit := powerOfTwo(min(-weight, 1000))
			above := math.Floor(limbs[j] / unit)
			whole += math.Mod(above, 4)
			fraction[j] = (limbs[j] - float64(above*unit)) / unit
		}
	}
	estimate, sum, sumLow := 0.0, 0.0, 0.0
	for j := 12; j >= 0; j-- {
		estimate += fraction[j]
	}
	if estimate >= 0.5 {
		whole++
		sum = -1
	}
	for j := range fraction {
		next, low := twoSum(sum, fraction[j])
		sum, sumLow = quickTwoSum(next, low+sumLow)
	}
	high, rest := multiplyDouble(sum, sumLow, 1.5707963267948966, 6.123233995736766e-17)
	turn := int(math.Mod(whole, 4))
	if x < 0 {
		return -high, -rest, (4 - turn) % 4
	}
	return high, rest, turn
}

func reduce(x float64) (float64, float64, int) {
	size := math.Abs(x)
	if size <= 0.7853981633974483 {
		return x, 0, 0
	}
	if size >= 1048576 {
		return reduceLarge(x)
	}
	n := math.Floor(float64(x*0.6366197723675814) + 0.5)
	first, firstLow := twoSum(x, float64(-n*1.5707963267341256))
	second, secondLow := twoSum(first, float64(-n*6.077100506303966e-11))
	secondLow += firstLow
	third, thirdLow := twoSum(second, float64(-n*2.0222662487959506e-21))
	high, low := quickTwoSum(third, thirdLow+secondLow)
	return high, low, int(math.Mod(math.Mod(n, 4)+4, 4))
}

var (
	sinTerms = alternating(-1, inverses(3, 5, 7, 9, 11, 13, 15, 17))
	cosTerms = alternating(1, inverses(4, 6, 8, 10, 12, 14, 16, 18))
)

func alternating(sign float64, table []float64) []float64 {
	for i := range table {
		table[i] *= sign
		sign = -sign
	}
	return table
}

func smallSin(x, tail float64) float64 {
	z := float64(x * x)
	r := sinTerms[7]
	for i := 6; i >= 1; i-- {
		r = float64(r*z) + sinTerms[i]
	}
	v := float64(z * x)
	return x - (float64(z*(float64(0.5*tail)-float64(v*r))) - tail - float64(v*sinTerms[0]))
}

func smallCos(x, tail float64) float64 {
	z := float64(x * x)
	r := cosTerms[7]
	for i := 6; i >= 0; i-- {
		r = float64(r*z) + cosTerms[i]
	}
	half := float64(0.5 * z)
	w := 1 - half
	return w + (1 - w - half + (float64(float64(z*z)*r) - float64(x*tail)))
}

func sin(x float64) float64 {
	if x-x != 0 {
		return nan
	}
	if math.Abs(x) < 1e-150 {
		return x
	}
	r, tail, quadrant := reduce(x)
	switch quadrant {
	case 0:
		return smallSin(r, tail)
	case 1:
		return smallCos(r, tail)
	case 2:
		return -smallSin(r, tail)
	}
	return -smallCos(r, tail)
}

func cos(x float64) float64 {
	if x-x != 0 {
		return nan
	}
	r, tail, quadrant := reduce(x)
	switch quadrant {
	case 0:
		return smallCos(r, tail)
	case 1:
		return -smallSin(r, tail)
	case 2:
		return -smallCos(r, tail)
	}
	return smallSin(r, tail)
}

// low is a feature as the nodes see it that send missing to the left.
func low(x float64) float64 {
	if x != x {
		return -inf
	}
	return x
}

// node: a row goes to next where its feature is at most value, else to next + 1. A leaf goes to itself: its feature is
// -infinity, its value what the leaf adds. So a walk has no branch that depends on data.
type node struct {
	value         float64
	feature, next uint32
}

type trees struct {
	nodes []node
	roots []uint32
	bases []float64
	width int
}

func step(nodes []node, at uint32, x []float64) uint32 {
	n := &nodes[at]
	right := uint32(1)
	if x[n.feature] <= n.value {
		right = 0
	}
	return n.next + right
}

// sum adds up the leaves of rows of width numbers, side by side, in the order of the trees.
func (forest *trees) sum(x []float64, rows int, sums []float64) {
	classes, width, nodes := len(forest.bases), forest.width, forest.nodes
	for i := 0; i < rows; i++ {
		copy(sums[i*classes:], forest.bases)
	}
	k := 0
	for _, root := range forest.roots {
		for i := 0; i+4 <= rows; i += 4 {
			x0, x1 := x[i*width:(i+1)*width], x[(i+1)*width:(i+2)*width]
			x2, x3 := x[(i+2)*width:(i+3)*width], x[(i+3)*width:(i+4)*width]
			a, b, c, d := root, root, root, root
			for {
				a1, b1, c1, d1 := step(nodes, a, x0), step(nodes, b, x1), step(nodes, c, x2), step(nodes, d, x3)
				a, b, c, d = step(nodes, a1, x0), step(nodes, b1, x1), step(nodes, c1, x2), step(nodes, d1, x3)
				if (a^a1)|(b^b1)|(c^c1)|(d^d1) == 0 {
					break
				}
			}
			at := i*classes + k
			sums[at] += nodes[a].value
			sums[at+classes] += nodes[b].value
			sums[at+2*classes] += nodes[c].value
			sums[at+3*classes] += nodes[d].value
		}
		if k++; k == classes {
			k = 0
		}
	}
	for i := rows &^ 3; i < rows; i++ {
		forest.sumRow(x[i*width:(i+1)*width], sums[i*classes:(i+1)*classes])
	}
}

// sumRow adds the leaves that one row reaches; four trees are walked at a time.
func (forest *trees) sumRow(x, sums []float64) {
	nodes, roots, k := forest.nodes, forest.roots, 0
	add := func(leaf uint32) {
		sums[k] += nodes[leaf].value
		if k++; k == len(sums) {
			k = 0
		}
	}
	for ; len(roots) >= 4; roots = roots[4:] {
		a, b, c, d := roots[0], roots[1], roots[2], roots[3]
		for {
			a1, b1, c1, d1 := step(nodes, a, x), step(nodes, b, x), step(nodes, c, x), step(nodes, d, x)
			a, b, c, d = step(nodes, a1, x), step(nodes, b1, x), step(nodes, c1, x), step(nodes, d1, x)
			if (a^a1)|(b^b1)|(c^c1)|(d^d1) == 0 {
				break
			}
		}
		add(a)
		add(b)
		add(c)
		add(d)
	}
	for _, at := range roots {
		for {
			next := step(nodes, at, x)
			if next == at {
				break
			}
			at = next
		}
		add(at)
	}
}

// split is a node of trees with sets of categories, or with parts that trees share. Children are leaves -1 - r where
// below 0.
type split struct {
	threshold                float64
	feature, left, right     int32
	bits, words              uint32
	categorical, missingLeft bool
}

type splits struct {
	nodes  []split
	leaves []float64
	bits   []uint32
	roots  []int32
	bases  []float64
	width  int
}

func (forest *splits) leaf(at int32, x []float64) int32 {
	for at >= 0 {
		n := &forest.nodes[at]
		value := x[n.feature]
		left := n.missingLeft
		if value != value {
		} else if !n.categorical {
			left = value <= n.threshold
		} else if value >= 0 && value < float64(n.words)*32 && math.Floor(value) == value {
			place := uint32(value)
			left = forest.bits[n.bits+place>>5]>>(place&31)&1 == 1
		}
		if left {
			at = n.left
		} else {
			at = n.right
		}
	}
	return -1 - at
}

func (forest *splits) sum(x []float64, rows int, sums []float64) {
	classes := len(forest.bases)
	for i := 0; i < rows; i++ {
		copy(sums[i*classes:], forest.bases)
	}
	for t, root := range forest.roots {
		k := t % classes
		for i := 0; i < rows; i++ {
			sums[i*classes+k] += forest.leaves[forest.leaf(root, x[i*forest.width:(i+1)*forest.width])]
		}
	}
}

// InputError says which column of a row cannot be read, and why.
type InputError struct{ Column, Reason string }

func (e *InputError) Error() string { return fmt.Sprintf("The value of %q %s.", e.Column, e.Reason) }

// Input is a raw column that the model reads.
type Input struct {
	Name           string
	Type           string // number, integer, bool, timestamp, string, strings or vector
	MissingAllowed bool
	Width          int  // of a vector
	lenient        bool // what cannot be read is missing
	shown, reason  string
	pattern        []timeItem
	levels         []string // that training saw, for Filter
	index          []uint32
}

func refused(k int) error {
	reason := "may not be missing"
	switch Inputs[k].Type {
	case "integer":
		reason = "is missing, or no whole number within ±2^53"
	case "bool":
		reason = "is missing, or neither 0 nor 1"
	case "timestamp":
		reason = "is missing, or no whole number of microseconds"
	case "strings":
		reason = "is missing, or has more than 65536 items"
	case "vector":
		reason = fmt.Sprintf("is missing, or has not %d numbers", Inputs[k].Width)
	}
	return &InputError{Inputs[k].Name, reason}
}

// mended gives a text with what is not UTF-8 replaced by U+FFFD, as the Encoding Standard says.
func mended(text string) string {
	var out []byte
	from := 0
	for i := 0; i < len(text); {
		b := text[i]
		if b < 0x80 {
			i++
			continue
		}
		size, low, high := 1, byte(0x80), byte(0xbf)
		switch {
		case b >= 0xc2 && b <= 0xdf:
			size = 2
		case b >= 0xe0 && b <= 0xef:
			size = 3
		case b >= 0xf0 && b <= 0xf4:
			size = 4
		}
		switch b {
		case 0xe0:
			low = 0xa0
		case 0xed:
			high = 0x9f
		case 0xf0:
			low = 0x90
		case 0xf4:
			high = 0x8f
		}
		seen := 1
		for seen < size && i+seen < len(text) && text[i+seen] >= low && text[i+seen] <= high {
			seen++
			low, high = 0x80, 0xbf
		}
		if size == 1 || seen < size {
			out = append(append(out, text[from:i]...), "\ufffd"...)
			from = i + seen
		}
		i += seen
	}
	if out == nil {
		return text
	}
	return string(append(out, text[from:]...))
}

const space = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
	"\u2028\u2029\u202f\u205f\u3000\ufeff"

func trim(text string) string {
	if text != "" && text[0] > ' ' && text[0] < 0x7f && text[len(text)-1] > ' ' && text[len(text)-1] < 0x7f {
		return text
	}
	return strings.Trim(text, space)
}

func lowerCase(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 32
	}
	return c
}

// startsWith compares but for the case of ASCII letters; lower is in lower case.
func startsWith(text, lower string) bool {
	if len(text) < len(lower) {
		return false
	}
	for k := 0; k < len(lower); k++ {
		if lowerCase(text[k]) != lower[k] {
			return false
		}
	}
	return true
}

func is(text, lower string) bool { return len(text) == len(lower) && startsWith(text, lower) }

func digit(c byte) bool { return c >= '0' && c <= '9' }

func digitsAt(text string, at int) int {
	from := at
	for at < len(text) && digit(text[at]) {
		at++
	}
	return at - from
}

// isDecimal: [+-]?(d+.?d*|.d+)([eE][+-]?d+)?
func isDecimal(text string) bool {
	at := 0
	if at < len(text) && (text[at] == '+' || text[at] == '-') {
		at++
	}
	before := digitsAt(text, at)
	at += before
	after := 0
	if at < len(text) && text[at] == '.' {
		after = digitsAt(text, at+1)
		at += 1 + after
	}
	if before+after == 0 {
		return false
	}
	if at < len(text) && (text[at] == 'e' || text[at] == 'E') {
		at++
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		written := digitsAt(text, at)
		if written == 0 {
			return false
		}
		at += written
	}
	return at == len(text)
}

// The readers give a value, NaN where it is missing, and why it cannot be read or "".

func readNumber(text string) (float64, string) {
	text = trim(text)
	if text == "" {
		return nan, ""
	}
	if isDecimal(text) {
		// an error says that the number is out of range, where the value is what it should be
		value, _ := strconv.ParseFloat(text, 64)
		return value + 0, ""
	}
	negative := text[0] == '-'
	if negative || text[0] == '+' {
		text = text[1:]
	}
	if is(text, "nan") {
		return nan, ""
	}
	if !is(text, "inf") && !is(text, "infinity") {
		return 0, "is not a number"
	}
	if negative {
		return -inf, ""
	}
	return inf, ""
}

func readInteger(text string) (float64, string) {
	value, reason := readNumber(text)
	if reason == "" && !missing(value) && !whole(value) {
		reason = "is not a whole number within ±2^53"
	}
	return value, reason
}

func readBool(text string) (float64, string) {
	text = trim(text)
	if text == "" {
		return nan, ""
	}
	for _, one := range [...]string{"true", "t", "yes", "y", "1"} {
		if is(text, one) {
			return 1, ""
		}
	}
	for _, one := range [...]string{"false", "f", "no", "n", "0"} {
		if is(text, one) {
			return 0, ""
		}
	}
	return 0, "is not true or false"
}

// timeItem is one part of a pattern: 'l' a literal, 'c' one of several characters, 's' perhaps a space, 'd' digits, 'n'
// a name, 'z' an offset; letter is strptime's that it is read for.
type timeItem struct {
	kind, letter byte
	least, most  int
	text         string
}

type timeParts struct {
	year, month, day, hour, minute, second, us, offset, dayOfYear int
	afternoon                                                     bool
}

var epoch = timeParts{year: 1970, month: 1, day: 1}

func wholeNumber(digits string) int {
	value := 0
	for k := 0; k < len(digits); k++ {
		value = value*10 + int(digits[k]-'0')
	}
	return value
}

// fraction gives the microseconds of a fraction's digits; those beyond the sixth are cut.
func fraction(digits string) int {
	return wholeNumber((digits + "000000")[:6])
}

// readOffset gives the length of an offset at the front of a text (0: none), the longest that there is or else the
// short one, and its minutes.
func readOffset(text string, longest bool) (int, int) {
	if text == "" {
		return 0, 0
	}
	if text[0] == 'Z' || text[0] == 'z' {
		if longest {
			return 1, 0
		}
		return 0, 0
	}
	if (text[0] != '+' && text[0] != '-') || digitsAt(text, 1) < 2 {
		return 0, 0
	}
	minutes, length := wholeNumber(text[1:3])*60, 3
	if longest {
		at := 3
		if len(text) > 3 && text[3] == ':' {
			at = 4
		}
		if digitsAt(text, at) < 2 {
			return 0, 0
		}
		minutes += wholeNumber(text[at : at+2])
		length = at + 2
	}
	if text[0] == '-' {
		minutes = -minutes
	}
	return length, minutes
}

func monthLength(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayNumber gives the days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013).
func dayNumber(year, month, day int) int64 {
	y, m := year, month-3
	if month <= 2 {
		y, m = year-1, month+9
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + day - 1
	return int64(era)*146097 + int64(yearOfEra*365+yearOfEra/4-yearOfEra/100+dayOfYear) - 719468
}

func (t *timeParts) microseconds() float64 {
	hour := t.hour
	if t.afternoon {
		hour += 12
	}
	if t.month < 1 || t.month > 12 || t.day < 1 || t.day > monthLength(t.year, t.month) ||
		hour > 23 || t.minute > 59 || t.second > 59 || t.dayOfYear > 337+monthLength(t.year, 2) {
		return nan
	}
	date := dayNumber(t.year, t.month, t.day)
	if t.dayOfYear > 0 {
		date = dayNumber(t.year, 1, 1) + int64(t.dayOfYear) - 1
	}
	us := ((date*24+int64(hour))*60+int64(t.minute-t.offset))*60_000_000 + int64(t.second)*1_000_000 + int64(t.us)
	if us < -9007199254740991 || us > 9007199254740991 {
		return nan
	}
	return float64(us)
}

func (t *timeParts) assign(letter byte, text string, name int) {
	value := 0
	if digit(text[0]) {
		value = wholeNumber(text)
	}
	switch letter {
	case 'Y':
		t.year = value
	case 'y':
		t.year = value + 1900
		if value < 69 {
			t.year = value + 2000
		}
	case 'm':
		t.month = value
	case 'b', 'B':
		t.month = name + 1
	case 'd', 'e':
		t.day = value
	case 'j':
		t.dayOfYear = value
	case 'H':
		t.hour = value
	case 'I':
		t.hour = 99
		if value >= 1 && value <= 12 {
			t.hour = value % 12
		}
	case 'p':
		t.afternoon = name == 1
	case 'M':
		t.minute = value
	case 'S':
		t.second = value
	case 'f':
		t.us = fraction(text)
	case 'g':
		t.us = value * 1000
	}
}

// match matches the items against the whole of a text, the longest first, as a regular expression does.
func match(items []timeItem, text string, t *timeParts) bool {
	if len(items) == 0 {
		return text == ""
	}
	item, rest, before := &items[0], items[1:], *t
	switch item.kind {
	case 'l':
		return startsWith(text, item.text) && match(rest, text[len(item.text):], t)
	case 'c':
		for _, char := range item.text {
			one := string(char)
			if strings.HasPrefix(text, one) {
				return match(rest, text[len(one):], t)
			}
		}
		return false
	case 's':
		if text != "" && text[0] == ' ' {
			if match(rest, text[1:], t) {
				return true
			}
			*t = before
		}
		return match(rest, text, t)
	case 'd':
		for digits := min(item.most, digitsAt(text, 0)); digits >= item.least; digits-- {
			*t = before
			t.assign(item.letter, text[:digits], 0)
			if match(rest, text[digits:], t) {
				return true
			}
		}
		return false
	case 'n':
		for name, one := range strings.Split(strings.TrimSuffix(item.text, ","), ",") {
			if !startsWith(text, one) {
				continue
			}
			*t = before
			t.assign(item.letter, one, name)
			if match(rest, text[len(one):], t) {
				return true
			}
		}
		return false
	}
	for _, longest := range [...]bool{true, false} {
		length, minutes := readOffset(text, longest)
		if length == 0 {
			continue
		}
		*t = before
		t.offset = minutes
		if match(rest, text[length:], t) {
			return true
		}
	}
	return false
}

// take reads count digits behind one of the marks.
func take(text *string, marks string, count int, value *int) bool {
	mark := min(1, len(marks))
	if len(*text) < mark+count || digitsAt((*text)[:mark+count], mark) < count {
		return false
	}
	if mark == 1 && strings.IndexByte(marks, (*text)[0]) < 0 {
		return false
	}
	*value = wholeNumber((*text)[mark : mark+count])
	*text = (*text)[mark+count:]
	return true
}

// readISO: YYYY-MM-DD[(T| )hh:mm[:ss[(.|,)f]][ ][Z|offset]]
func readISO(text string) float64 {
	t := epoch
	if !take(&text, "", 4, &t.year) || !take(&text, "-", 2, &t.month) || !take(&text, "-", 2, &t.day) {
		return nan
	}
	if text == "" {
		return t.microseconds()
	}
	if !take(&text, "Tt ", 2, &t.hour) || !take(&text, ":", 2, &t.minute) {
		return nan
	}
	if take(&text, ":", 2, &t.second) && text != "" && (text[0] == '.' || text[0] == ',') {
		digits := min(9, digitsAt(text, 1))
		if digits == 0 {
			return nan
		}
		t.us = fraction(text[1 : 1+digits])
		text = text[1+digits:]
	}
	text = strings.TrimPrefix(text, " ")
	if text != "" {
		length, minutes := readOffset(text, true)
		if length != len(text) {
			length, minutes = readOffset(text, false)
		}
		if length != len(text) {
			return nan
		}
		t.offset = minutes
	}
	return t.microseconds()
}

func readTime(text string, pattern []timeItem, reason string) (float64, string) {
	text = trim(text)
	if text == "" {
		return nan, ""
	}
	value := nan
	if pattern != nil {
		t := epoch
		if match(pattern, text, &t) {
			value = t.microseconds()
		}
	}
	if missing(value) {
		value = readISO(text)
	}
	if missing(value) {
		return 0, reason
	}
	return value, ""
}

// listed gives a list of texts as one: each item, and a NUL behind it.
func listed(items []string) string {
	var out strings.Builder
	for _, item := range items {
		out.WriteString(strings.ReplaceAll(mended(item), "\x00", "\ufffd"))
		out.WriteByte(0)
	}
	return out.String()
}

// vectorOf copies numbers into a vector, which is missing where they are; it says whether they may be one.
func vectorOf(out, numbers []float64) bool {
	if numbers == nil {
		out[0] = nan
		return true
	}
	if len(numbers) != len(out) {
		return false
	}
	copy(out, numbers)
	clean(out)
	return true
}

func readStrings(text string) ([]string, string) {
	text = trim(text)
	if text == "" {
		return nil, ""
	}
	var items []*string
	if text[0] != '[' || json.Unmarshal([]byte(text), &items) != nil {
		return nil, "is not a list of texts"
	}
	list := make([]string, len(items))
	for k, item := range items {
		if item == nil {
			return nil, "is not a list of texts"
		}
		list[k] = *item
	}
	if len(list) > 65536 {
		return nil, fmt.Sprintf("has %d items; the most is 65536", len(list))
	}
	return list, ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isJSONNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	if text == "" || !isDigit(text[0]) || !isDecimal(text) || (text[0] == '0' && len(text) > 1 && isDigit(text[1])) {
		return false
	}
	point := strings.IndexByte(text, '.')
	return point < 0 || (point+1 < len(text) && isDigit(text[point+1]))
}

func readVector(text string, width int) ([]float64, string) {
	text = trim(text)
	if text == "" {
		return nil, ""
	}
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil, "is not a list of numbers"
	}
	numbers := []float64{}
	inner := strings.Trim(text[1:len(text)-1], " \t\n\r")
	if inner != "" {
		for _, part := range strings.Split(inner, ",") {
			part = strings.Trim(part, " \t\n\r")
			if !isJSONNumber(part) {
				return nil, "is not a list of numbers"
			}
			value, _ := strconv.ParseFloat(part, 64)
			numbers = append(numbers, value+0)
		}
	}
	if len(numbers) != width {
		return nil, fmt.Sprintf("has %d numbers instead of %d", len(numbers), width)
	}
	return numbers, ""
}

// read puts a cell's value into a field of a row; it gives why that cannot be, or "".
func (input *Input) read(text string, field any) string {
	var unread int
	return input.readCounting(text, field, &unread)
}

func (input *Input) readCounting(text string, field any, unread *int) string {
	text = mended(text)
	if to, ok := field.(*[]string); ok {
		items, reason := readStrings(text)
		if reason != "" && input.lenient {
			items, reason = nil, ""
			*unread++
		}
		*to = items
		if reason == "" && len(items) == 0 && !input.MissingAllowed {
			reason = "may not be missing"
		}
		return reason
	}
	if to, ok := field.(*[]float64); ok {
		numbers, reason := readVector(text, input.Width)
		if reason != "" && input.lenient {
			numbers, reason = nil, ""
			*unread++
		}
		*to = numbers
		if reason == "" && numbers == nil && !input.MissingAllowed {
			reason = "may not be missing"
		}
		return reason
	}
	if to, ok := field.(*string); ok {
		*to = text
		if text == "" && !input.MissingAllowed {
			return "may not be missing"
		}
		return ""
	}
	var value float64
	var reason string
	switch input.Type {
	case "number":
		value, reason = readNumber(text)
	case "integer":
		value, reason = readInteger(text)
	case "bool":
		value, reason = readBool(text)
	default:
		value, reason = readTime(text, input.pattern, input.reason)
	}
	if reason != "" && input.lenient {
		value, reason = nan, ""
		*unread++
	}
	*field.(*float64) = value
	if reason == "" && missing(value) && !input.MissingAllowed {
		reason = "may not be missing"
	}
	return reason
}

// csvReader reads records after RFC 4180; a line ends with LF, CR LF or CR. Blank lines are passed over unless there is
// one column.
type csvReader struct {
	in          *bufio.Reader
	width       int
	begun       bool
	afterReturn bool
	bytes       []byte
	ends        []int
}

// next gives the fields of the next record, which hold until the next one is read; io.EOF at the end.
func (r *csvReader) next() ([]int, error) {
	if !r.begun {
		r.begun = true
		if mark, _ := r.in.Peek(3); string(mark) == "\ufeff" {
			r.in.Discard(3)
		}
	}
	r.bytes, r.ends = r.bytes[:0], r.ends[:0]
	for {
		c, err := r.in.ReadByte()
		if err == nil && r.afterReturn && c == '\n' {
			c, err = r.in.ReadByte()
		}
		r.afterReturn = false
		if err != nil {
			return nil, err
		}
		if (c != '\n' && c != '\r') || r.width == 1 {
			r.in.UnreadByte()
			break
		}
		r.afterReturn = c == '\r'
	}
	for {
		c, err := r.field()
		if err != nil && err != io.EOF {
			return nil, err
		}
		r.ends = append(r.ends, len(r.bytes))
		if err == nil && c == ',' {
			continue
		}
		r.afterReturn = err == nil && c == '\r'
		if r.width == 0 {
			r.width = len(r.ends)
		}
		return r.ends, nil
	}
}

// field reads a field and the byte that ends it.
func (r *csvReader) field() (byte, error) {
	c, err := r.in.ReadByte()
	if err != nil || c != '"' {
		for ; err == nil && c != ',' && c != '\n' && c != '\r'; c, err = r.in.ReadByte() {
			r.bytes = append(r.bytes, c)
		}
		return c, err
	}
	for {
		c, err = r.in.ReadByte()
		if err == io.EOF {
			return 0, errors.New("ends within a quoted field")
		}
		if err != nil {
			return 0, err
		}
		if c != '"' {
			r.bytes = append(r.bytes, c)
			continue
		}
		c, err = r.in.ReadByte()
		if err != nil || c == ',' || c == '\n' || c == '\r' {
			return c, err
		}
		if c != '"' {
			return 0, errors.New("has text after a closing quote")
		}
		r.bytes = append(r.bytes, '"')
	}
}

// Filter reads CSV with a header and writes a line of scores for each row. An error says the row; what was scored
// before it is written. What is unusual of columns and values is said on standard error.
func Filter(in io.Reader, out io.Writer) error {
	return filterWith(in, out, os.Stderr)
}

func filterWith(in io.Reader, out, notes io.Writer) error {
	to := bufio.NewWriterSize(out, 1<<16)
	err := filter(&csvReader{in: bufio.NewReaderSize(in, 1<<16)}, to, notes)
	if failed := to.Flush(); err == nil {
		err = failed
	}
	return err
}

func filter(from *csvReader, to *bufio.Writer, notes io.Writer) error {
	to.WriteString(header)
	ends, err := from.next()
	if err == io.EOF {
		return errors.New("header: there is no header line")
	}
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	cell := func(k int) string {
		if k == 0 {
			return string(from.bytes[:ends[0]])
		}
		return string(from.bytes[ends[k-1]:ends[k]])
	}
	places := make(map[string]int, len(Inputs))
	for k := range Inputs {
		places[Inputs[k].Name] = k
	}
	columns := make([]int, len(Inputs))
	for k := range columns {
		columns[k] = -1
	}
	for f := range ends {
		k, found := places[mended(cell(f))]
		if !found {
			continue
		}
		if columns[k] >= 0 {
			return fmt.Errorf("header, column %s: is there twice", Inputs[k].shown)
		}
		columns[k] = f
	}
	for k, column := range columns {
		if column < 0 {
			fmt.Fprintf(notes, "header: no column %s; it counts as missing in every row\n", Inputs[k].shown)
		}
	}
	var strays []string
	for f := range ends {
		name := mended(cell(f))
		if _, found := places[name]; !found {
			strays = append(strays, shownName(name))
		}
	}
	if len(strays) > 0 {
		fmt.Fprintf(notes, "header: not columns of the model: %s\n", strings.Join(strays, ", "))
	}
	unread, unseen := make([]int, len(Inputs)), make([]int, len(Inputs))
	var row Row
	fields := row.fields()
	line := make([]byte, 0, 256)
	for at := 1; ; at++ {
		ends, err = from.next()
		if err == io.EOF {
			for k := range Inputs {
				note(notes, k, "cannot be read and count as missing", unread[k])
				note(notes, k, "training did not see, or hardly", unseen[k])
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", at, err)
		}
		if len(ends) != from.width {
			return fmt.Errorf("row %d: has %d fields; the header has %d", at, len(ends), from.width)
		}
		for k, column := range columns {
			text := ""
			if column >= 0 {
				text = cell(column)
			}
			if reason := Inputs[k].readCounting(text, fields[k], &unread[k]); reason != "" {
				return fmt.Errorf("row %d, column %s: %s", at, Inputs[k].shown, reason)
			}
			if Inputs[k].levels != nil && level(*fields[k].(*string), Inputs[k].levels, Inputs[k].index) < 0 {
				unseen[k]++
			}
		}
		result, err := Score(&row)
		if err != nil {
			return fmt.Errorf("row %d: %w", at, err)
		}
		line = result.appendLine(line[:0])
		if _, err := to.Write(line); err != nil {
			return err
		}
	}
}

func note(notes io.Writer, k int, what string, count int) {
	if count > 0 {
		fmt.Fprintf(notes, "column %s: values that %s: %d\n", Inputs[k].shown, what, count)
	}
}

// shownName writes a name as ECMAScript's JSON does.
func shownName(name string) string {
	out := []byte{'"'}
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= 32:
			out = append(out, c)
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			out = append(out, '\\', "btn?fr"[c-8])
		default:
			out = append(out, fmt.Sprintf("\\u%04x", c)...)
		}
	}
	return string(append(out, '"'))
}

// appendNumber writes a number as ECMAScript does.
func appendSet(line []byte, set []bool, pieces []string) []byte {
	any := false
	for k, member := range set {
		if !member {
			continue
		}
		if any {
			line = append(line, ',')
		} else {
			line = append(line, '"', '[')
		}
		line = append(line, pieces[k]...)
		any = true
	}
	if any {
		return append(line, ']', '"')
	}
	return append(line, '[', ']')
}

func appendNumber(out []byte, x float64) []byte {
	if x != x {
		return append(out, "NaN"...)
	}
	if x == 0 {
		return append(out, '0')
	}
	if x < 0 {
		out = append(out, '-')
		x = -x
	}
	if x == inf {
		return append(out, "Infinity"...)
	}
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], x, 'e', -1, 64)
	mark := len(text) - 1
	for text[mark] != 'e' {
		mark--
	}
	exponent, _ := strconv.Atoi(string(text[mark+1:]))
	digits := append(text[:1], text[min(2, mark):mark]...)
	count, point := len(digits), exponent+1
	switch {
	case point > 21 || point < -5:
		out = append(out, digits[0])
		if count > 1 {
			out = append(append(out, '.'), digits[1:]...)
		}
		out = append(out, 'e')
		if point > 0 {
			out = append(out, '+')
		}
		return strconv.AppendInt(out, int64(exponent), 10)
	case point <= 0:
		out = append(append(out, "0."...), "00000"[:-point]...)
		return append(out, digits...)
	case count <= point:
		out = append(out, digits...)
		return append(out, "000000000000000000000"[:point-count]...)
	}
	out = append(append(out, digits[:point]...), '.')
	return append(out, digits[point:]...)
}
