using System.Text.Json.Serialization;

namespace Crm.Domain.Common;

/// <summary>
/// An item of a list that belongs to an aggregate, such as a line of a deal: one immutable value in the details, one row in a table
/// of its own. Users may name it by its id to change it in place.
/// </summary>
public abstract record ChildItem
{
    /// <summary>UUIDv7, given when the item joins the list; null in what a caller sends anew.</summary>
    [JsonPropertyOrder(-1)]
    public Guid? Id { get; init; }

    /// <summary>The number its row is ordered by: its index, unless the item states its own place.</summary>
    public virtual int Place(int index) => index;

    /// <summary>The item as it is read back from its row.</summary>
    public virtual ChildItem ReadBack(Guid id, int place) => this with { Id = id };
}

/// <summary>Lists that are replaced whole: what stays keeps its id, what is new gets one.</summary>
public static class ChildItems
{
    /// <summary>
    /// The list as sent, each item with its id. An item without one takes that of the first stored item that <paramref name="same"/>
    /// calls the same, rule by rule (the strictest first); failing that, a new one.
    /// </summary>
    /// <exception cref="CrmException">UNPROCESSABLE: an id that is none of the stored items'. VALIDATION_FAILED: an id that comes twice.</exception>
    public static ValueList<TItem> Matched<TItem>(ValueList<TItem> stored, ValueList<TItem> sent, string member, DateTimeOffset now,
        params ReadOnlySpan<Func<TItem, int, TItem, int, bool>> same) where TItem : ChildItem
    {
        var former = new TItem?[sent.Count];
        var left = stored.Select((item, index) => (Item: item, Index: index)).ToList();
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent[i].Id is not { } id) continue;
            if (sent.Take(i).Any(s => s.Id == id)) throw CrmException.Validation($"{member}[{i}].id", "is given more than once");
            if (stored.All(s => s.Id != id)) throw CrmException.Unprocessable($"{member}[{i}].id", "is none of this record's");
            former[i] = stored.First(s => s.Id == id);
            left.RemoveAll(l => l.Item.Id == id);
        }
        foreach (var rule in same)
        {
            for (var i = 0; i < sent.Count && left.Count > 0; i++)
            {
                if (former[i] is not null) continue;
                var at = left.FindIndex(l => rule(l.Item, l.Index, sent[i], i));
                if (at < 0) continue;
                former[i] = left[at].Item;
                left.RemoveAt(at);
            }
        }
        return ValueList.Of(sent.Select((item, i) => (TItem)((ChildItem)item with { Id = former[i]?.Id ?? Ids.New(now) })));
    }
}
