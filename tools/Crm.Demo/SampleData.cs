using System.Globalization;
using Bogus;

namespace Crm.Demo;

/// <summary>A city, its country and how a fictitious telephone number there begins; <c>#</c> is any digit.</summary>
internal sealed record Place(string Country, string Locale, string City, string PostalCode, string Phone);

/// <summary>
/// Names, places and dates from one seed. The telephone numbers lie in ranges reserved for fiction and the addresses
/// end in <c>.example</c>: none belongs to anybody.
/// </summary>
internal sealed class SampleData
{
    private static readonly Place[] Places =
    [
        new("DE", "de", "Berlin", "10115", "+49 30 23125 ###"), new("DE", "de", "München", "80331", "+49 89 99998 ###"),
        new("DE", "de", "Köln", "50667", "+49 221 4710 ###"), new("FR", "fr", "Lyon", "69002", "+33 2 61 91 ## ##"),
        new("FR", "fr", "Paris", "75011", "+33 1 99 00 ## ##"), new("SE", "sv", "Stockholm", "111 20", "+46 8 465 004 ##"),
        new("SE", "sv", "Göteborg", "411 03", "+46 31 3900 6##"), new("IE", "en_IE", "Dublin", "D02", "+353 20 91# ####"),
        new("GB", "en_GB", "London", "EC1A 1BB", "+44 20 7946 0###"), new("GB", "en_GB", "Leeds", "LS1 4AP", "+44 113 496 0###"),
        new("US", "en_US", "Boston", "02108", "+1 617 555 01##"),
    ];

    private readonly Dictionary<string, Faker> fakers;
    private readonly HashSet<string> companyNames = [];

    internal SampleData(int seed)
    {
        Any = Seeded("en", seed);
        fakers = Places.Select(p => p.Locale).Distinct().ToDictionary(l => l, l => Seeded(l, ++seed));
    }

    /// <summary>Choices that depend on no country.</summary>
    internal Faker Any { get; }

    internal Faker In(Place place) => fakers[place.Locale];

    internal Place Place() => Any.PickRandom(Places);

    internal (string FirstName, string LastName, Place Place) Person()
    {
        var place = Place();
        return (In(place).Name.FirstName(), In(place).Name.LastName(), place);
    }

    internal string CompanyName(Place place)
    {
        while (true)
            if (In(place).Company.CompanyName() is var name && companyNames.Add(name)) return name;
    }

    internal string Phone(Place place) => Any.Random.Replace(place.Phone);

    internal static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>An instant in the office hours of a day.</summary>
    internal string Instant(DateOnly date) => $"{Date(date)}T{Any.Random.Int(8, 16):00}:{Any.PickRandom(0, 15, 30, 45):00}:00Z";

    private static Faker Seeded(string locale, int seed) => new(locale) { Random = new Randomizer(seed) };
}
