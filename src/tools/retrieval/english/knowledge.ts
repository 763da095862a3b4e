/** The web, news, science, money markets, law of numbers: mathematics, units, time. Written as the tasks are. */
export const knowledgeWords = `
search web : what_is_going_on_with what_do_we_know_about does_anyone_know is_it_true look~up_online search_the_net anything_online
search web advanced filter domain : only_on_this_site trustworthy_sources
search news : latest_about in_the_papers newspapers headlines_about
search images : pictures_of photos_of
search videos : clips_of
search academic papers : scientists studies_on study_on evidence_for research_on researchers
search answer question ask : give_me_a_short_answer with_sources
research deep start report : look_into~thoroughly find_out_everything dig_deep investigate thoroughly
research status check result : is_the_report_ready
company research : what_does_the_firm what_does_this_firm
people search profile : who_is_the_head_of who_leads
similar find pages : sites_like pages_like websites_like
page contents fetch read : what_does_this_page what_is_on_this_page
article summary encyclopedia : in_a_few_lines
article sections links : chapters_of
news sources categories : which_papers
stories top feed : most_discussed
archive snapshot page : how_did~look_back_then looked_years_ago old_version_of_the_site
paper details metadata : who_wrote_the_study
paper citations references : who_built_on built_on_this quoted_by who_quotes mentioned_by_other
paper download full text pdf : get_the_whole_article
author search papers : what_has~published what_else_has
paper recommendations related : more_like_this
library reference collection add : my_bibliography
reference item bibliography format : cite_this how_do_i_cite
compound search chemical : molecule substance chemical formula_of
compound properties : melting boil weigh_per_mole how_heavy_is_the
compound safety hazard : poisonous toxic
structure similarity smiles : looks_similar_chemically
protein structure search : how_is~folded
gene information variant : mutation hereditary inherited
sequence alignment : dna
species taxonomy occurrence : animal plant where_do~live bird
pathway interaction network : works_together_in_the_cell
ontology term lookup : proper_word_for
dataset search download : training_data data_to_learn
model search hub : which_model trained_network
model inference run predict : let_the_model
model fine tune train : teach_the_model
experiment run tracking metrics : how_did_the_training
space demo search : try_it_online
stock quote current : what_is~trading what_are~shares how_are_shares shares_doing
stock historical prices : used_to_cost last_five_years over_the_last_year
company financials income statement earnings : did~make_a_profit how_profitable
company balance sheet : how_much_debt
company overview fundamentals : expensive_share
dividend history : pay_out
analyst recommendations target : should_i_buy experts_think
market movers gainers losers : went_up_most went_down_most winners_and_losers rose_most fell_most
market news sentiment : mood_on_the_market
technical indicator : overbought moving_average
option chain contracts : bet_on
order place trade buy sell : get_rid_of_my_shares shares_of buy~shares sell~shares
order cancel open : don't_buy_after_all
positions portfolio list : what_do_i_own what_do_i_hold my_investments which_shares_do_i_own
account funds buying power : can_i_still_spend how_much_can_i_invest
watchlist add : keep_an_eye_on
market status clock open : can_i_trade_now is_the_market_open
economic indicator series : inflation unemployment prices_rising jobless economy
interest rates treasury yield : what_does_the_central_bank
insider trades filings : bosses_buy
crypto price coin : what_is_a_coin_worth digital_money
crypto market cap list : biggest_coins
exchange rate latest : how_many_euros how_many_dollars worth_in
exchange rate historical : was~worth
wallet balance address token : what_is_in_my_wallet coins_do_i_have
transaction send transfer token : send_coins pay~coins
transaction status receipt : did_my_transfer confirmed_yet went_through
gas price fee estimate : how_expensive_is_a_transfer
contract read call function : ask_the_contract
contract deploy verify : put~on_the_chain
block latest number : newest_block
nft collection owner : digital_art
swap quote token : exchange~for_another_coin
protocol tvl yield pools : earn_on_my_coins
calculate expression math : what_is_the_result square_root root_of multiplied
solve equation : find_x
derivative integral : area_under slope_of
matrix statistics mean median : average_of typical_value middle_value
unit convert : in_kilos in_miles in_fahrenheit in_celsius how_many_grams how_many_inches
time current : what_is_the_time got_the_time
time convert timezone : what_time_will_it_be
date difference days calculate : how_many_days_until how_many_days_between how_long_until how_old_am_i days_are_there
holiday public list : shops_closed is~a_day_off bank_closed
random number generate : throw_a_die flip_a_coin heads_or_tails draw_lots pick~at_random
uuid generate : unique_number
hash checksum calculate : fingerprint_of_the_file was_it_tampered
base64 encode decode : unreadable_text
json format validate parse : is_this_data_well
regex match test : does_the_pattern
qr code generate create : square_code code_to_scan people_can_scan scan_with_their_phone
url shorten link : shorter_address short_link too_long_link
barcode lookup product : number_below_the_lines
sequential thinking step : one_step_at_a_time let's_think think_hard
agent session delegate : let_another_do
prompt template list get : ready-made_instructions
model list providers : which_models
usage credits tokens account : how_much_have_i_used used_up credit_left
server status info version : is_everything_ok are_you_there connected_properly
tools list help : what_can_you_do
paper article study : studies publications publication journal
author : authors researcher
transaction token wallet : coins coin
stock share quote : stocks
student course class : students pupils pupil teacher lessons lesson
definition term : glossary
image search : photographs
`
